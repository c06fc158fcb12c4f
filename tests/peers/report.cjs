// Opens reports in Chromium: nothing is refused by their own policy, nothing of a document runs, the filter works, all
// of it is there without scripts and on paper, nothing sticks out on a telephone, and axe-core finds nothing that
// keeps somebody out (WCAG 2.2, A and AA), light and dark.
const { execFileSync } = require("node:child_process");
const { cpSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "report-"));
let checks = 0;
const wrong = [];
function check(holds, what) {
  checks += 1;
  if (!holds) wrong.push(what);
}

/** Writes the report of a folder, and gives its address. */
function report(root, name, ...more) {
  const file = join(folder, `${name}.html`);
  const day = ["--as-of", "2026-06-30"];
  execFileSync(process.env.PROBITY, ["-C", root, "report", ...day, "--output", file, ...more]);
  return pathToFileURL(file).href;
}

/** A management system whose author wishes the reader ill. */
function hostile() {
  const root = join(folder, "hostile");
  const evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\\u202Eevil";
  mkdirSync(root);
  writeFileSync(join(root, "probity.toml"), `[organization]\nname = "}</style><script>alert(3)</script>"\n`);
  const long = "long".repeat(2500);
  const work = (id, title) =>
    `type: remediation-action\nid: ${id}\ntitle: "${title}"\nstate: planned\ndue_on: 2026-12-01\n`;
  writeFileSync(join(root, "work.yaml"), [work("RMD-001", evil), work("RMD-002", long)].join("---\n"));
  return root;
}

/** Packs what there is for a clause of the example, in a repository of its own, and gives the folder. */
function pack(name) {
  const root = join(folder, "packed");
  cpSync(join(process.env.ROOT, "examples", name), root, { recursive: true });
  const who = ["-c", "user.name=Wren", "-c", "user.email=wren@northwind.example"];
  for (const does of [["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all of it"]]) {
    execFileSync("git", ["-C", root, ...who, ...does]);
  }
  const to = join(folder, "pack");
  const build = ["pack", "build", "--unredacted", "--clause", "10", "--output", to];
  execFileSync(process.env.PROBITY, ["-C", root, ...build]);
  return to;
}

/** Opens a page, and collects what goes wrong on it. */
async function opened(browser, address, options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const told = [];
  page.on("console", (message) => message.type() === "error" && told.push(message.text()));
  page.on("pageerror", (error) => told.push(String(error)));
  page.on("dialog", (dialog) => (told.push(`dialog ${dialog.message()}`), dialog.dismiss()));
  page.on("request", (request) => request.url() !== address && told.push(`asks for ${request.url()}`));
  await page.goto(address);
  return { page, told, close: () => context.close() };
}

const visible = (page) => page.locator("article.point:visible").count();

async function looks(browser, address, name) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [375, 1280]) {
      const where = `${name}, ${colorScheme}, ${width}`;
      // To look with it, axe-core has to be let in.
      const options = { colorScheme, viewport: { width, height: 900 }, bypassCSP: true };
      const { page, told, close } = await opened(browser, address, options);
      const out = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(out <= 0, `${where}: sticks out by ${out}`);
      await page.evaluate(axe);
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
      const found = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), tags);
      const violations = found.violations.map((rule) => `${rule.id}: ${rule.nodes[0].html}`);
      check(found.passes.length > 10 && violations.length === 0, `${where}: ${violations.join("; ")}`);
      check(told.length === 0, `${where}: ${told.join("; ")}`);
      await close();
    }
  }
}

async function works(browser, address) {
  const { page, told, close } = await opened(browser, address, {});
  const all = await page.locator("article.point").count();
  check((await visible(page)) === all && all > 300, `all ${all} points are seen at first`);
  await page.fill("input[name=words]", "8.6.1/02");
  check((await visible(page)) === 1, "a point is found by its id");
  await page.fill("input[name=words]", "");
  await page.selectOption("select[name=priority]", "p1");
  const urgent = await visible(page);
  check(urgent > 0 && urgent < all, `${urgent} points of priority p1`);
  await page.emulateMedia({ media: "print" });
  check((await visible(page)) === all, "on paper nothing is left out, whatever is looked for");
  check(!(await page.locator("form.filter").isVisible()), "there is no form on paper");
  await page.emulateMedia({ media: "screen" });
  const first = page.locator("#sponsor .plain a").first();
  await first.click();
  const target = await first.getAttribute("href");
  check(await page.locator(`[id="${target.slice(1)}"]`).isVisible(), "a link shows what it leads to");
  const paper = await page.pdf({ preferCSSPageSize: true });
  check(paper.length > 100_000, "it can be printed");
  check(told.length === 0, `its own policy lets it work: ${told.join("; ")}`);
  await close();
  const without = await opened(browser, address, { javaScriptEnabled: false });
  check((await visible(without.page)) === all, "without scripts all points are seen");
  check(!(await without.page.locator("form.filter").isVisible()), "and no form that does nothing");
  await without.close();
}

(async () => {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const example = (name) => join(process.env.ROOT, "examples", name);
    const firstGap = report(example("northwind-first-gap"), "first-gap");
    await looks(browser, firstGap, "first gap");
    await works(browser, firstGap);
    for (const kind of ["management-review", "internal-audit", "surveillance"]) {
      await looks(browser, report(example("northwind"), kind, "--kind", kind), kind);
    }
    const evil = report(hostile(), "hostile");
    await looks(browser, evil, "hostile");
    const { page, told, close } = await opened(browser, evil, {});
    const shown = await page.locator("#plan").innerText();
    check(shown.includes("<script>alert(1)</script>"), "what a document says is shown as it is written");
    check(told.length === 0, `and does nothing: ${told.join("; ")}`);
    await close();
    const pages = join(folder, "pages");
    const day = ["--as-of", "2026-06-30"];
    const render = ["render", "--all", "--output", pages, ...day];
    execFileSync(process.env.PROBITY, ["-C", example("northwind"), ...render]);
    for (const name of ["index", "SLA-001", "POL-003"]) {
      await looks(browser, pathToFileURL(join(pages, `${name}.html`)).href, name);
    }
    const packed = pack("northwind");
    const items = readdirSync(packed, { recursive: true }).filter((file) => file.endsWith("NCR-001.html"));
    check(items.length === 1, `a page of NCR-001 among ${items}`);
    const leading = ["start-here.html", "data/00-read-me.html", "data/01-index-by-clause.html", "data/03-context/context.html"];
    for (const file of [...leading, ...items]) {
      await looks(browser, pathToFileURL(join(packed, file)).href, file);
    }
    const start = await opened(browser, pathToFileURL(join(packed, "start-here.html")).href, {});
    await start.page.keyboard.press("Tab");
    check(await start.page.locator(".skip:focus").isVisible(), "the first key leads past the head of a page");
    await start.close();
  } finally {
    await browser.close();
  }
  for (const what of wrong) console.error(`WRONG: ${what}`);
  console.log(`${checks} checks of reports in Chromium, ${wrong.length} wrong`);
  process.exit(wrong.length > 0 ? 1 : 0);
})();
