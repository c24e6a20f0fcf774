import type { ComponentChildren } from 'preact'
import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import { virtualTimeNotice } from '../run-verdict.ts'
import { type Standing, standingWords } from '../standing.ts'

const longestText = 2000

/** A text that may come from the device: control characters as escapes, cut where nobody reads on. */
export const DeviceText = ({ children }: { children: string }) => (
  <span class="text">{visibleText(shortenedText(children, longestText))}</span>
)

/** The word of a standing, with its colour. */
export const Word = ({ standing }: { standing: Standing }) => (
  <span class={`word ${standing}`}>{standingWords[standing]}</span>
)

export interface SectionProps {
  id: string
  title: string
  clock: 'real' | 'virtual'
  children: ComponentChildren
}

/** A section under a heading of its own; in virtual time every one says so. */
export const Section = ({ id, title, clock, children }: SectionProps) => (
  <section id={id} aria-labelledby={`${id}-title`}>
    <header>
      <h2 id={`${id}-title`}>{title}</h2>
      <VirtualTimeStamp clock={clock} />
    </header>
    {children}
  </section>
)

export const VirtualTimeStamp = ({ clock }: { clock: 'real' | 'virtual' }) =>
  clock === 'virtual' ? <p class="stamp">{virtualTimeNotice}</p> : null

/** A wide table that scrolls by itself, also with the keyboard. */
export const TableFrame = ({ label, children }: { label: string; children: ComponentChildren }) => (
  <div class="scroll" role="region" aria-label={label} tabIndex={0}>
    {children}
  </div>
)
