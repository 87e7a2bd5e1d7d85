/** On one line, and without what would move the cursor or colour the terminal: a record may hold anything. */
export function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0);
    return short[character] ?? `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
