// Checks that every export has a description for editors.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import ts from "typescript";
import { at } from "../../scripts/run.mjs";

test("every export of every entry has a description", () => {
  const entries = readdirSync(at("pkg/types")).filter((name) => name.endsWith(".d.ts"));
  const paths = entries.map((name) => at("pkg/types", name));
  const lib = ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.esnext.disposable.d.ts"];
  const { ESNext } = ts.ModuleKind;
  const { Bundler } = ts.ModuleResolutionKind;
  const program = ts.createProgram(paths, { module: ESNext, moduleResolution: Bundler, lib, types: [] });
  const checker = program.getTypeChecker();
  const isSilent = (symbol) => symbol.getDocumentationComment(checker).length === 0;

  /** Returns the names of a module's exports that don't have a description. */
  function silentIn(module, place) {
    const exported = checker.getExportsOfModule(module);
    assert.ok(exported.length > 0, place);
    return exported.flatMap((symbol) => {
      const name = `${place}: ${symbol.name}`;
      const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      // TypeScript doesn't keep descriptions for `export * as name`, so check the members instead.
      if (meant.flags & ts.SymbolFlags.ValueModule) return silentIn(meant, name);
      return isSilent(symbol) && isSilent(meant) ? [name] : [];
    });
  }
  const silent = paths.flatMap((path, index) =>
    silentIn(checker.getSymbolAtLocation(program.getSourceFile(path)), entries[index]),
  );
  assert.deepEqual(silent, []);
});
