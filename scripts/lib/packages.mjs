/** The one list of what is published: a door that is not listed is not built, checked or packed. */
export const PACKAGES = [
  { name: '@arb/core', folder: 'packages/core', doors: ['.', './zod', './rx', './testing', './eslint', './internal'] },
  { name: '@arb/adapters', folder: 'packages/adapters', doors: ['.'] },
  { name: '@arb/backtest', folder: 'packages/backtest', doors: ['.', './testing', './cli'] },
  { name: '@arb/live', folder: 'packages/live', doors: ['.'] },
];

/** `./zod` → `zod`, `.` → `index`: the file of a door in src and dist. */
export function doorFile(door) {
  return door === '.' ? 'index' : door.slice(2);
}

/** `@arb/core` and `./zod` → `@arb/core/zod`. */
export function doorName(packageName, door) {
  return door === '.' ? packageName : `${packageName}/${door.slice(2)}`;
}
