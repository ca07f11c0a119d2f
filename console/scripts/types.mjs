// Writes src/api/_generated/*.ts from the API documents: nothing about the API is typed by hand.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const APIS = ["user"];
const target = new URL("../src/api/_generated/", import.meta.url);

await mkdir(target, { recursive: true });
for (const api of APIS) {
  const source = new URL(`../../api/${api}.json`, import.meta.url);
  const document = JSON.parse(await readFile(source, "utf8"));
  const text = astToString(
    await openapiTS(document, { alphabetize: true, defaultNonNullable: false, emptyObjectsUnknown: true }),
  );
  await writeFile(
    new URL(`${api}.ts`, target),
    `// Generated from api/${api}.json by "npm run types".\n${text}`,
  );
}
