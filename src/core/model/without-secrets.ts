/** What stands in the place of a secret. */
const hidden = '(hidden)';

/**
 * A text without what looks like a secret: keys and signatures of connection strings, credentials in an address, private keys.
 * For sentences that show what somebody has given: it may have been put into the wrong place.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(
      /\b(SharedAccessKey|SharedAccessSignature|AccountKey|sig|password|secret|token)(\s*=\s*)[^;&\s"',]+/gi,
      `$1$2${hidden}`,
    )
    .replace(/([^\s/:@"']+:)[^\s/:@"']+@/g, `$1${hidden}@`)
    .replace(/-----BEGIN [\s\S]*?(-----END [A-Z ]+-----|$)/g, hidden);
}
