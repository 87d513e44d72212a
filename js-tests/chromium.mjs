// Starts the copy of Chromium that the setup found or installed.
import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launchChromium = (...further) =>
  chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: [...ARGUMENTS, ...further] });
