const keys: [key: string, does: string][] = [
  ['j', 'To the next finding'],
  ['k', 'To the finding before'],
  ['/', 'Into the text of the filter'],
  ['?', 'These keys'],
]

/** The keys of the page, shown by its script. */
export const Keys = () => (
  <dialog id="keys" aria-labelledby="keys-title">
    <h2 id="keys-title">Keys</h2>
    <dl class="pair">
      {keys.map(([key, does]) => (
        <>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{does}</dd>
        </>
      ))}
    </dl>
    <form method="dialog">
      <button type="submit">Close</button>
    </form>
  </dialog>
)
