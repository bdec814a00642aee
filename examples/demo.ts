/** `pnpm demo [name] [options]`: runs one of the demos; without a name, the one that needs no broker. */
const demos: Readonly<Record<string, string>> = {
  sqs: './sqs-demo/src/main.ts',
};

const [first = ''] = process.argv.slice(2);
const isOption = first === '' || first.startsWith('-');
const demo = demos[isOption ? 'sqs' : first];

if (demo === undefined) {
  console.error(`There is no demo '${first}'. There are: ${Object.keys(demos).join(', ')}.`);
  process.exitCode = 1;
} else {
  if (!isOption) process.argv.splice(2, 1);
  await import(demo);
}

export {};
