// An editor's view: VS Code's YAML language server with the schema of all types. What a person types is
// completed to types, fields and values, explained, and found right or wrong as `probity check` finds it.
//
// For a policy, a role, a risk and an SLA it also counts what has to be typed: of a key or a value that
// the server offers, as many characters as it takes to be offered first, and one to accept it.

"use strict";
const { spawn, execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const rpc = require("vscode-jsonrpc/node");

let holding = 0;
let failures = 0;
function check(holds, what, detail = "") {
  if (holds) {
    holding += 1;
    return;
  }
  failures += 1;
  console.log(`FAILED  ${what}\n        ${String(detail).slice(0, 600)}`);
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "editor-"));
const schemaFile = path.join(folder, "sms.schema.json");
const probity = (...args) => execFileSync(process.env.PROBITY, args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
fs.writeFileSync(schemaFile, probity("schema", "--all"));
const schemas = JSON.parse(fs.readFileSync(schemaFile, "utf8")).$defs;

const server = path.join(path.dirname(require.resolve("yaml-language-server/package.json")), "bin", "yaml-language-server");
const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const connection = rpc.createMessageConnection(
  new rpc.StreamMessageReader(child.stdout),
  new rpc.StreamMessageWriter(child.stdin),
);
const settings = {
  yaml: { validate: true, completion: true, hover: true, schemaStore: { enable: false }, schemas: { [`file://${schemaFile}`]: ["*.yaml"] } },
};
connection.onRequest("workspace/configuration", (params) =>
  params.items.map((item) => (item.section === "yaml" ? settings.yaml : {})),
);
connection.onRequest("client/registerCapability", () => null);
connection.onRequest("custom/schema/request", () => []);
const diagnosed = new Map();
connection.onNotification("textDocument/publishDiagnostics", (params) => {
  const waiting = diagnosed.get(params.uri);
  if (waiting) waiting(params.diagnostics);
});
connection.listen();

/** The least worth writing of a type. */
function smallest(name) {
  const page = probity("explain", name);
  return page.split("The least worth writing:\n\n")[1].split("\n\n")[0].replace(/^ {4}/gm, "");
}

let count = 0;
function open(text) {
  count += 1;
  const uri = `file://${folder}/document-${count}.yaml`;
  connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
  return uri;
}

function close(uri) {
  connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
}

/** What is offered at the end of a text, in the order in which an editor shows it. */
async function offered(text) {
  const uri = open(text);
  const lines = text.split("\n");
  const position = { line: lines.length - 1, character: lines.at(-1).length };
  const answer = await connection.sendRequest("textDocument/completion", { textDocument: { uri }, position });
  close(uri);
  const items = Array.isArray(answer) ? answer : answer.items;
  items.sort((a, b) => (a.sortText ?? a.label).localeCompare(b.sortText ?? b.label));
  return items;
}

/** What is found wrong with a text. */
async function problems(text) {
  const uri = open(text);
  const list = await new Promise((resolve, reject) => {
    diagnosed.set(uri, resolve);
    setTimeout(() => reject(new Error("no diagnostics after a minute")), 60000).unref();
  });
  diagnosed.delete(uri);
  close(uri);
  return list;
}

/** Characters to type until a word is the first of those offered, one more to accept it. */
function typed(word, labels) {
  for (let length = 1; length < word.length; length += 1) {
    const left = labels.filter((label) => label.toLowerCase().startsWith(word.slice(0, length).toLowerCase()));
    if (left[0] === word) return length + 1;
  }
  return word.length;
}

/** What it takes to write a document line by line. */
async function effort(name, text) {
  const lines = text.trimEnd().split("\n");
  let before = "";
  let all = 0;
  let keys = 0;
  for (const line of lines) {
    all += line.length + 1;
    const top = line.match(/^([a-z_0-9]+):( (.*))?$/);
    if (!top) {
      keys += line.trimStart().length + 1;
      before += `${line}\n`;
      continue;
    }
    const [, key, , value = ""] = top;
    const labels = before === "" ? ["type"] : (await offered(before + key.slice(0, 1))).map((item) => item.label);
    check(labels.includes(key), `${name}: \`${key}\` is offered`, labels.join(" "));
    keys += typed(key, labels);
    const field = schemas[name].properties[key] ?? {};
    const closed = key === "type" || field.enum || field.type === "boolean";
    if (value && closed) {
      const values = (await offered(`${before}${key}: `)).map((item) => item.label.replace(/^"|"$/g, ""));
      check(values.includes(value), `${name}: ${key}: \`${value}\` is offered`, values.join(" "));
      keys += typed(value, values) + 1;
    } else {
      keys += value.length + 1;
    }
    before += `${line}\n`;
  }
  console.log(`${name}: ${lines.length} lines, ${all} characters, of which ${keys} have to be typed`);
}

async function main() {
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: `file://${folder}`,
    capabilities: {
      workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
      textDocument: {
        completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown"] } },
        hover: { contentFormat: ["markdown"] },
      },
    },
  });
  connection.sendNotification("initialized", {});
  connection.sendNotification("workspace/didChangeConfiguration", { settings });

  // The server reads the schema while it answers the first requests.
  let first = [];
  for (let tries = 0; first.length === 0 && tries < 100; tries += 1) {
    first = await offered("type: ");
    if (first.length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const types = first.map((item) => item.label.replace(/^"|"$/g, ""));
  const known = Object.keys(schemas);
  check(known.every((name) => types.includes(name)), "every record type is offered", known.filter((name) => !types.includes(name)));

  const states = (await offered("type: incident\nid: INC-1\ntitle: x\nstate: ")).map((item) => item.label);
  check(states.includes("in-progress"), "the values of a field are offered", states.join(" "));
  const fields = await offered("type: incident\nid: INC-1\ntitle: x\n");
  const labels = fields.map((item) => item.label);
  check(labels.includes("opened_at") && labels.includes("affected_items"), "the fields of the type are offered", labels.join(" "));
  check(!labels.includes("workload_limits"), "those of other types are not", labels.join(" "));
  const item = fields.find((found) => found.label === "opened_at");
  check(JSON.stringify(item ?? "").includes("When it was recorded"), "a field is explained", JSON.stringify(item));
  const nested = (await offered("type: sla\nid: SLA-1\ntitle: x\nstatus: draft\ntargets:\n  - metric: availability\n    ")).map((found) => found.label);
  check(nested.includes("target") && nested.includes("direction"), "the parts of a list item are offered", nested.join(" "));

  // The server waits a little before it looks at a text, so all are opened at once.
  await Promise.all(
    Object.entries(schemas).map(async ([name, schema]) => {
      check(schema.description.length > 0, `${name} is described`);
      const found = await problems(`${smallest(name)}\n`);
      check(found.length === 0, `${name}: nothing is wrong with the smallest example`, JSON.stringify(found));
      const slip = await problems(`${smallest(name)}\nno_such_field: 1\n`);
      const told = slip.some((problem) => problem.message.includes("no_such_field"));
      check(told, `${name}: a field there is not is told`, JSON.stringify(slip));
    }),
  );
  for (const name of ["service-management-policy", "role", "risk", "sla"]) await effort(name, smallest(name));
  const wrong = await problems("type: incident\nid: INC-1\ntitle: x\nstate: in-progres\n");
  check(wrong.length === 1 && wrong[0].range.start.line === 3, "a wrong value is told at its line", JSON.stringify(wrong));
}

main()
  .catch((error) => check(false, "the language server answers", error.stack))
  .finally(() => {
    child.kill();
    fs.rmSync(folder, { recursive: true, force: true });
    console.log(`${holding} checks hold, ${failures} do not`);
    process.exit(failures ? 1 : 0);
  });
