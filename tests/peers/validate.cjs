// Validates a JSON file against a JSON Schema of draft 2020-12 with ajv, in its strict mode.
//
//     node validate.cjs SCHEMA FILE
const { readFileSync } = require("node:fs");
const Ajv = require("ajv/dist/2020");

const [schema, file] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, "utf8")));
// Formats such as `uint32` tell the width of a Rust number; the bounds stand beside them.
const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true, validateFormats: false });
if (!ajv.validate(schema, file)) {
  console.error(ajv.errorsText(ajv.errors, { separator: "\n" }));
  process.exitCode = 1;
}
