/** As `engines` of package.json has it. */
const oldest = [22, 22] as const;

/** What is wrong with this version of Node.js, if anything: an old one would only say that it lacks some function. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
  return `Node.js ${version} is too old: install ${oldest.join('.')} or a newer one.`;
}
