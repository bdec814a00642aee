import { compareCodec } from './codec.bench.ts';
import { compareHop } from './hop.bench.ts';
import { formatComparisons } from './side-by-side.ts';

console.log('The codec beside the propagators of @opentelemetry/core\n');
console.log(formatComparisons(compareCodec()));
console.log('\nOne message sent and handled, beside spans written by hand\n');
console.log(formatComparisons(await compareHop()));
