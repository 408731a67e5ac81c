/** A connection's name; one that leads to a simulator says so. */
export function connectionName({ name, simulator }: { name: string; simulator: boolean }): string {
  return simulator && !/simulator/i.test(name) ? `${name} (simulator)` : name;
}
