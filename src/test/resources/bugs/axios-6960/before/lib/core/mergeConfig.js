/** A new configuration in which the second one's keys win. */
export default function mergeConfig(first, second) {
  return { ...first, ...second, headers: { ...first.headers, ...second.headers } };
}
