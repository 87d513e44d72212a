// Paths and values that rows in more than one file use for matching.

export const absent = undefined;
export const TOKEN = String.raw`^cookies\.(__Secure-)?better-auth\.session_token`;
export const DATA = String.raw`^cookies\.(__Secure-)?better-auth\.session_data( joined)?`;
export const ACCESS = /^\{"header":\{"alg":"HS256","typ":"JWT"\},"claims":\{.*\},"bySecret":true\}$/s;
export const REMOVED = /^\{"value":"<empty>","attributes":"HttpOnly; Max-Age=0;/;

export const isByBearer = ({ headers }) => "authorization" in headers;
