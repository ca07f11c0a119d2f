// Writes src/api/_generated/*.ts from the API documents: nothing about the API is typed by hand.
// With --check it writes nothing, and fails where a file is not what it would write.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const APIS = ["user"];
const target = new URL("../src/api/_generated/", import.meta.url);

const isCheck = process.argv.includes("--check");

await mkdir(target, { recursive: true });
for (const api of APIS) {
  const source = new URL(`../../api/${api}.json`, import.meta.url);
  const document = JSON.parse(await readFile(source, "utf8"));
  const shapes = astToString(
    await openapiTS(document, { alphabetize: true, defaultNonNullable: false, emptyObjectsUnknown: true }),
  );
  const text = `// Generated from api/${api}.json by "npm run types".\n${shapes}`;
  const file = new URL(`${api}.ts`, target);
  if (!isCheck) {
    await writeFile(file, text);
  } else if ((await readFile(file, "utf8")) !== text) {
    throw new Error(`src/api/_generated/${api}.ts is not what api/${api}.json says: run "npm run types".`);
  }
}
