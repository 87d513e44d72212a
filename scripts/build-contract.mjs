// Adds the contract (as JSON) and its renderer to worker/assets/, next to the page that displays the contract.
import { copyFileSync } from "node:fs";
import { at, run, step, whenStale } from "./run.mjs";

const RENDERER = ["swagger-ui-bundle.js", "swagger-ui.css"];

export const buildContract = () =>
  step("Contract", () =>
    whenStale(
      "contract",
      {
        inputs: [
          "contracts/auth-api.yaml",
          "contracts/redocly.yaml",
          "package-lock.json",
          "scripts/build-contract.mjs",
        ],
        outputs: ["openapi.json", ...RENDERER.map((name) => `openapi/${name}`)].map((name) => `worker/assets/${name}`),
      },
      async () => {
        const config = ["--config", at("contracts/redocly.yaml")];
        const output = ["--output", at("worker/assets/openapi.json")];
        await run("redocly", ["bundle", at("contracts/auth-api.yaml"), ...config, ...output]);
        for (const name of RENDERER)
          copyFileSync(at("node_modules/swagger-ui-dist", name), at("worker/assets/openapi", name));
      },
    ),
  );
