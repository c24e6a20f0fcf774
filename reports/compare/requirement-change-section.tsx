import { visibleText } from '../../harness/timeline/visible-text.ts'
import { markText } from '../baseline/known-failures.ts'
import { DeviceText, Section, TableFrame, Word } from '../html/text.tsx'
import { measurementText } from '../measurement.ts'
import { groupsOf, stateText, tellingState, wordings } from './change-words.ts'
import type { MetricChange, MetricState, RequirementChange, RequirementChangeKind } from './comparison.ts'
import type { ComparisonView } from './comparison-view.ts'

interface KindSectionProps {
  kind: RequirementChangeKind
  changes: readonly RequirementChange[]
  view: ComparisonView
}

/** `Newly broken` */
export const kindTitle = (kind: RequirementChangeKind) => {
  const { title } = wordings[kind]
  return title.charAt(0) + title.slice(1).toLowerCase()
}

/** All changes of one kind: a card each where they need a look, else in groups of the same reason. */
export const KindSection = ({ kind, changes, view }: KindSectionProps) => (
  <Section id={kind} title={kindTitle(kind)} clock={view.clock}>
    {changes.length === 0 && <p class="lead">Nothing is broken that was not broken before.</p>}
    {wordings[kind].inDetail ? (
      changes.map(change => <Card change={change} kind={kind} view={view} />)
    ) : (
      <Groups changes={changes} label={`${kindTitle(kind)}, by reason`} view={view} />
    )}
  </Section>
)

function Card({ change, kind, view }: { change: RequirementChange } & Omit<KindSectionProps, 'changes'>) {
  const { id, clause, level, sentence, metrics, known } = change
  return (
    <article class={`card ${wordings[kind].color}`}>
      <header>
        <h3 class="mono">
          <Requirement id={id} view={view} />
        </h3>
        <span class="quiet">
          {level}, <DeviceText>{clause}</DeviceText>
        </span>
        <Transition change={change} />
      </header>
      <p class="sentence-line">
        <DeviceText>{sentence}</DeviceText>
      </p>
      {known && (
        <p class="judged">
          <b>Known</b> <DeviceText>{markText(known)}</DeviceText>
        </p>
      )}
      {metrics.length === 0 && <Reasons change={change} />}
      {metrics.map(metric => (
        <Metric metric={metric} />
      ))}
    </article>
  )
}

/** The requirement in the report of the run after. */
const Requirement = ({ id, view: { reports } }: { id: string; view: ComparisonView }) =>
  reports.after === undefined ? (
    <DeviceText>{id}</DeviceText>
  ) : (
    <a href={`${reports.after}#${encodeURIComponent(visibleText(id))}`}>
      <DeviceText>{id}</DeviceText>
    </a>
  )

const Transition = ({ change: { before, after } }: { change: RequirementChange }) =>
  before === after ? (
    <Word standing={after} />
  ) : (
    <span>
      <Word standing={before} /> → <Word standing={after} />
    </span>
  )

const Reasons = ({ change: { reasonBefore, reasonAfter } }: { change: RequirementChange }) => (
  <div class="against">
    <div>
      <h4>Before</h4>
      <DeviceText>{reasonBefore ?? 'no reason was given'}</DeviceText>
    </div>
    <div class="seen">
      <h4>After</h4>
      <DeviceText>{reasonAfter ?? 'no reason was given'}</DeviceText>
    </div>
  </div>
)

function Metric({ metric: { scenario, name, sentence, before, after } }: { metric: MetricChange }) {
  const [telling, which] = tellingState({ before, after })
  const { expected = [], evidence = [], ...finding } = telling?.outcome ?? {}
  const time = measurementText(finding)
  return (
    <div class="change">
      <p class="judged">
        <code>
          <DeviceText>{`${scenario}.${name}`}</DeviceText>
        </code>{' '}
        <DeviceText>{sentence}</DeviceText>
      </p>
      {expected.length > 0 && (
        <p class="judged">
          Expected: <DeviceText>{expected.join(', or ')}</DeviceText>
        </p>
      )}
      <div class="against">
        <State title="Before" state={before} />
        <State title="After" state={after} />
      </div>
      {time !== undefined && (
        <p class="part">
          Measured {which}: <DeviceText>{time}</DeviceText>
        </p>
      )}
      {evidence.length > 0 && (
        <p class="part quiet">
          Timeline entries {evidence.join(', ')} of the run {which}
        </p>
      )}
    </div>
  )
}

const State = ({ title, state }: { title: string; state: MetricState | undefined }) => (
  <div {...(title === 'After' ? { class: 'seen' } : {})}>
    <h4>{title}</h4>
    <DeviceText>{stateText(state)}</DeviceText>
  </div>
)

interface GroupsProps {
  changes: readonly RequirementChange[]
  label: string
  view: ComparisonView
}

const Groups = ({ changes, label, view }: GroupsProps) => (
  <TableFrame label={label}>
    <table class="groups stacks">
      <thead>
        <tr>
          <th scope="col">Change</th>
          <th scope="col">Requirements</th>
          <th scope="col">Because</th>
        </tr>
      </thead>
      <tbody>
        {groupsOf(changes).map(({ change, reason, ids }) => (
          <tr>
            <th scope="row">
              <Transition change={change} />
            </th>
            <td data-label="Requirements">
              <ul class="ids">
                {ids.map(id => (
                  <li>
                    <Requirement id={id} view={view} />
                  </li>
                ))}
              </ul>
            </td>
            <td {...(reason === undefined ? {} : { 'data-label': 'Because' })}>
              <DeviceText>{reason ?? ''}</DeviceText>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </TableFrame>
)
