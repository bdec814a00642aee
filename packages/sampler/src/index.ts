export { type LinkSamplerOptions, type Sampler, type SamplingResult, sampleLinked } from './link-sampler.ts';
