// The mailbox's pages, which show the list and one message beside it. They work without scripts.

const escaped = (text) => String(text).replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
const pathOf = ({ id }) => `/messages/${encodeURIComponent(id)}`;

const HINT = "Messages appear here as soon as the app sends them.";

/** Returns a page with the list and the `open` message, if there is one. `view` is "text" or "html". */
export const page = (messages, open, view) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${open ? `${escaped(open.subject)} · ` : ""}Mailbox</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/mailbox.css" />
    <script src="/mailbox.js" type="module"></script>
  </head>
  <body${open ? ' class="open"' : ""}>
    <header>
      <h1><a href="/">Mailbox</a></h1>
      <p>E-mail that the app sends on this computer. Nothing leaves it.</p>
    </header>
    ${list(messages, open)}
    <main>${open ? article(open, view) : '<p class="none">${messages.length === 0 ? HINT : "Choose a message."}</p>'}</main>
  </body>
</html>
`;

function list(messages, open) {
  const items = messages.map(
    (one) => `
      <li>
        <a href="${pathOf(one)}"${one.id === open?.id ? ' aria-current="page"' : ""}>
          <span class="subject">${escaped(one.subject)}</span>
          ${timeOf(one.time)}
          <span class="to">${escaped(one.to)}</span>
        </a>
      </li>`,
  );
  const { length } = messages;
  const count = length === 0 ? "No messages yet" : length === 1 ? "1 message" : `${length} messages`;
  return `<nav aria-label="Messages">
      <p role="status">${count}</p>
      <ol>${items.join("")}</ol>
    </nav>`;
}

function article(message, view) {
  const { from, to, subject, text, html, time } = message;
  const isText = view === "text" || !html;
  const tab = (name, href, isCurrent) => `<a href="${href}"${isCurrent ? ' aria-current="true"' : ""}>${name}</a>`;
  const tabs = [
    html && tab("HTML", pathOf(message), !isText),
    text && tab("Text", `${pathOf(message)}?view=text`, isText),
  ];
  return `
      <a class="back" href="/">← All messages</a>
      <h2>${escaped(subject)}</h2>
      <dl>
        <div><dt>To</dt><dd>${escaped(to)}</dd></div>
        <div><dt>From</dt><dd>${escaped(from)}</dd></div>
        <div><dt>Sent</dt><dd>${timeOf(time, true)}</dd></div>
      </dl>
      <p class="tabs">${tabs.filter(Boolean).join(" ")}</p>
      ${isText ? `<pre>${linked(text)}</pre>` : frame(message)}
    `;
}

/** Links open in a new tab, where the app's scripts run. Scripts in the message itself don't run. */
const frame = (message) =>
  `<iframe title="The message" sandbox="${SANDBOX}" src="${pathOf(message)}/html" referrerpolicy="no-referrer"></iframe>`;

export const SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

/** Returns a message's HTML, with links that open in a new tab. */
export const bodyOf = ({ html }) => {
  const base = '<base target="_blank" />';
  const inHead = html.replace(/<head[^>]*>/i, (head) => head + base);
  return inHead === html ? base + html : inHead;
};

/** Makes the URLs in plain text clickable. */
const linked = (text) =>
  text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) =>
      index % 2 ? `<a href="${escaped(part)}" target="_blank" rel="noreferrer">${escaped(part)}</a>` : escaped(part),
    )
    .join("");

function timeOf(iso, isFull = false) {
  const time = new Date(iso);
  const isToday = time.toDateString() === new Date().toDateString();
  const style = isFull
    ? { dateStyle: "long", timeStyle: "medium" }
    : isToday
      ? { timeStyle: "short" }
      : { dateStyle: "medium" };
  // The mailbox runs on the reader's computer, so the local time zone is the reader's.
  return `<time datetime="${iso}">${time.toLocaleString("en-GB", style)}</time>`;
}
