// Reads YAML files with the two YAML packages that JavaScript programs use.
//
//     node read.cjs FILE...
//
// Prints a JSON object: for each file and package, null or why it was refused.
const { readFileSync } = require("node:fs");
const eemeli = require("yaml");
const nodeca = require("js-yaml");

const packages = {
  yaml: (text) => {
    for (const document of eemeli.parseAllDocuments(text)) {
      if (document.errors.length > 0) throw document.errors[0];
      document.toJS();
    }
  },
  "js-yaml": (text) => nodeca.loadAll(text),
};

const verdicts = {};
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  verdicts[file] = {};
  for (const [name, read] of Object.entries(packages)) {
    try {
      read(text);
      verdicts[file][name] = null;
    } catch (error) {
      verdicts[file][name] = String(error.message).split("\n")[0];
    }
  }
}
console.log(JSON.stringify(verdicts));
