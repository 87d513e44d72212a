// Breaks down the time of one `verify` call, measured from JavaScript.
import { strict as assert } from "node:assert";
import { createHmac } from "node:crypto";
import { edgeseal } from "../js-tests/peers.mjs";
import { batchesOf, compare, median } from "./measure.mjs";
import { claims, claimsOf, flat, refused, token, tokenOf } from "./tokens.mjs";

/** The difference in length between the two tokens, in SHA-256 blocks of 64 characters. */
const BLOCKS = 32;
const longer = `${BLOCKS} blocks longer: `;
const STAGES = ["verify, refused at its first byte", "verify, refused for its signature", "verify, whole"];
const ERROR = "a JwtError thrown and caught";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const scratch = new Uint8Array(8192);
const { JwtError } = edgeseal;

const caught = (run) => () => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

/** `verify` is Edgeseal's function; `key` is a KeyObject with the tokens' secret. */
export async function breakdown(verify, key) {
  // Creating a stack trace would take longer than everything else involved in rejecting a token.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;

  const input = token.slice(0, token.lastIndexOf("."));
  const encoded = input.slice(input.indexOf(".") + 1);
  const text = JSON.stringify(claims);
  const payload = encoder.encode(text);
  const runs = {
    "a call that does nothing": () => token,
    "token string to bytes (encodeInto)": () => encoder.encodeInto(token, scratch).written,
    "payload bytes to string (TextDecoder)": () => decoder.decode(payload),
    "payload base64url to string (Buffer)": () => Buffer.from(encoded, "base64url").toString(),
    "payload text to object (JSON.parse)": () => JSON.parse(text),
    "only createHmac over the same bytes": () => createHmac("sha256", key).update(input).digest(),
    [ERROR]: caught(() => {
      throw new JwtError("ERR_JWT_MALFORMED", "the token is not a string");
    }),
    ...stages("", token, verify),
    ...stages(longer, tokenOf(claimsOf({ more: "x".repeat(BLOCKS * 48 - ',"more":""'.length) })), verify),
  };
  const { title, rows } = await compare(
    "where a verify's time goes (stack traces off)",
    batchesOf(runs, (count) => new Array(count).fill(0)),
  );
  Error.stackTraceLimit = stackTraceLimit;
  return { title, rows: [...rows, ...derived(rows)] };
}

/**
 * Verifies a token in three forms: one that is refused as early as possible, one that is refused only because of its
 * signature, and one that is accepted.
 */
function stages(prefix, token, verify) {
  const broken = flat(`!${token.slice(1)}`);
  const unsigned = flat(token.slice(0, -43) + refused["another secret"].slice(-43));
  const runs = {
    [prefix + STAGES[0]]: caught(() => verify(broken)),
    [prefix + STAGES[1]]: caught(() => verify(unsigned)),
    [prefix + STAGES[2]]: () => verify(token),
  };
  const found = Object.values(runs).map((run) => run().code ?? "taken");
  assert.deepEqual(found, ["ERR_JWT_MALFORMED", "ERR_JWT_SIGNATURE_INVALID", "taken"]);
  return runs;
}

/** Computes the time of each part of `verify` from the differences between the stages in each round. */
function derived(rows) {
  const rounds = rows[0].samples.map((_, round) =>
    parts((name) => rows.find((row) => row.name === name).samples[round]),
  );
  const fastest = parts((name) => rows.find((row) => row.name === name).fastest);
  return Object.keys(fastest).map((name) => ({
    name,
    median: median(rounds.map((round) => round[name])),
    fastest: fastest[name],
  }));
}

/**
 * If the core's errors cost more than `ERROR`, the first part is overestimated, and the third part underestimated, by
 * the difference.
 */
function parts(time) {
  const [first, last, whole] = STAGES.map(time);
  const [firstMore, lastMore, wholeMore] = STAGES.map((stage) => (time(longer + stage) - time(stage)) / BLOCKS);
  return {
    "= call, token in (first byte - error)": first - time(ERROR),
    "= header, base64, HMAC (signature - first byte)": last - first,
    "= claims, JSON, result out, object (whole - signature + error)": whole - last + time(ERROR),
    "= 64 characters more: token in": firstMore,
    "= 64 characters more: base64, a block of SHA-256": lastMore - firstMore,
    "= 64 characters more: JSON, result out, object": wholeMore - lastMore,
  };
}
