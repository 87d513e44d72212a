// Mocks the native Expo modules that `@better-auth/expo/client` imports. The mocks behave like the real modules on iOS.
// The real ones don't run in Node.
import { register } from "node:module";

const NATIVES = {
  "expo-constants": `export default { expoConfig: { scheme: "myapp" } };`,
  // The URLs are like those in a built app: they don't have a host, and the path follows two slashes.
  "expo-linking": `export const createURL = (path, { scheme = "myapp" } = {}) => scheme + "://" + path;`,
  "react-native": `
    export const AppState = { addEventListener: () => ({ remove() {} }) };
    export const Platform = { OS: "ios" };`,
};

const urls = Object.fromEntries(
  Object.entries(NATIVES).map(([name, source]) => [name, `data:text/javascript,${encodeURIComponent(source)}`]),
);
const hooks = `
  const urls = ${JSON.stringify(urls)};
  export const resolve = (name, context, next) =>
    name in urls ? { url: urls[name], shortCircuit: true } : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
