// npm run verdicts: docs/reference/verdicts.md, our verdicts on the corpus beside those of the peers.
import { writeFileSync } from "node:fs";
import { load } from "../../contracts/expand.mjs";
import { installPackage } from "../../scripts/build-package.mjs";
import { build } from "../../scripts/build.mjs";
import { at, step } from "../../scripts/run.mjs";
import { npmPackages, pythonPackages } from "../../scripts/toolchain.mjs";

const PAGE = "docs/reference/verdicts.md";

await build();
await npmPackages("js-tests");
await installPackage("js-tests");
await pythonPackages();
// Loaded here: they import what the set-up installs.
const edgeseal = await import("../../js-tests/corpus/edgeseal.mjs");
const { judge } = await import("../../js-tests/corpus/judge.mjs");
const { judgePeers } = await import("../../js-tests/corpus/peers.mjs");

const cases = load(at("contracts/jwt_corpus.jsonl")).cases.filter(({ strength }) => strength !== "choice");
const columns = [];
await step(`${cases.length} rows in edgeseal and its peers`, async () => {
  const accepted = cases.map((one) => judge(edgeseal, one).verdict === "accept");
  columns.push({ name: "edgeseal", version: "this one", clock: "its option", accepted }, ...(await judgePeers(cases)));
});
writeFileSync(at(PAGE), page());
console.log(PAGE);

function page() {
  const groups = [...new Set(cases.map(({ group }) => group))];
  return `# Verdicts on the corpus

Made by \`npm run verdicts\`; do not edit. The rows of \`contracts/jwt_corpus.jsonl\` whose strength is *must* (a
standard or a CVE) or *should* (our hardening), judged by edgeseal under Node and by other libraries. A cell says how many
rows of that group were judged as the row expects. Each library has its algorithm fixed, issuer and audience named, and
claims required where it has options for that; @tsndr/cloudflare-worker-jwt checks neither issuer nor audience, and it,
hono/jwt and jsonwebtoken require no claims. Where a library takes no time as an option, its clock was replaced in the
process. A *should* row may go against what another library wants to be: most have no size cap and take weak secrets.

${table(
  ["rows", ...columns.map(({ name, version }) => `${name} ${version}`)],
  [
    ["clock", ...columns.map(({ clock }) => clock)],
    ...["must", "should"].map((strength) => line(`all *${strength}*`, (one) => one.strength === strength)),
    ...groups.map((group) => line(group, (one) => one.group === group)),
  ],
)}

## Tokens that must be refused and are taken

${columns.map(taken).join("\n\n")}
`;
}

function line(name, wanted) {
  const indexes = cases.flatMap((one, index) => (wanted(one) ? [index] : []));
  const right = ({ accepted }) => indexes.filter((index) => accepted[index] === (cases[index].expected === "accept"));
  return [name, ...columns.map((column) => `${right(column).length}/${indexes.length}`)];
}

function taken({ name, accepted }) {
  const wrong = cases.filter(
    ({ strength, expected }, index) => strength === "must" && expected === "reject" && accepted[index],
  );
  const items = wrong.map((one) => `- ${one.id}: ${code(one.name)}`);
  return [`### ${name}: ${wrong.length}`, ...(items.length > 0 ? [items.join("\n")] : [])].join("\n\n");
}

function code(text) {
  return `\`${text.replaceAll("`", "'")}\``;
}

function table(head, rows) {
  const cells = (row) => `| ${row.join(" | ")} |`;
  return [cells(head), cells(head.map(() => "---")), ...rows.map(cells)].join("\n");
}
