export { comparableOutput } from './comparable-output.ts';
export {
  brokersOf,
  fileOf,
  isCommand,
  isRun,
  moduleOf,
  type ProgramBroker,
  runCommand,
  runProgram,
  withAddresses,
} from './programs.ts';
export { documentationPages, documentationSnippets } from './read-pages.ts';
export { readSnippets, type Snippet } from './read-snippets.ts';
