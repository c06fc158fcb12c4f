// From the npm package to `cases.json`, one case a line; see README.md.
//
//   node tests/yaml-suite/convert.mjs path/to/unpacked/package > tests/yaml-suite/cases.json

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const suite = await import(pathToFileURL(resolve(process.argv[2], 'index.js')))
const lines = []
for (const file of suite.default) {
  let before = {}
  file.cases.forEach((test, position) => {
    const fail = test.fail === true
    // A case that tells no outcome of its own has that of the case before it.
    const outcome = fail || test.tree !== undefined ? test : before
    if (!fail) before = outcome
    lines.push(
      JSON.stringify({
        id: file.cases.length > 1 ? `${file.id}/${String(position).padStart(2, '0')}` : file.id,
        name: test.name ?? file.name,
        yaml: test.yaml,
        fail,
        json: fail ? undefined : (outcome.json ?? undefined),
        tree: fail ? undefined : outcome.tree,
      }),
    )
  })
}
console.log(`[\n${lines.join(',\n')}\n]`)
