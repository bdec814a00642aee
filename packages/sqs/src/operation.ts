import type { Instrumenter } from '@waybill/core/adapter';

/** Makes the SDK's call with an input, and returns its result. */
export type Call<Input, Output> = (input: Input) => Promise<{ output: Output }>;

/** Traces one command of the client: makes its call, once, with the input or a copy of it. */
export type Operation<Input, Output> = (
  instrumenter: Instrumenter,
  input: Input,
  call: Call<Input, Output>,
) => Promise<{ output: Output }>;
