import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["node_modules", "src/api/_generated"] },
  js.configs.recommended,
  ...ts.configs.strict,
  hooks.configs.flat["recommended-latest"],
  {
    rules: {
      complexity: ["error", 12],
      "max-lines": ["error", 400],
      "no-restricted-globals": ["error", { name: "fetch", message: "Use the client in src/api." }],
    },
  },
  { files: ["scripts/**"], languageOptions: { globals: { URL: "readonly", process: "readonly" } } },
);
