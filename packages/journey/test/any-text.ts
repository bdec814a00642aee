import * as fc from 'fast-check';

/** Any text without half a surrogate pair. The unit `binary` of fast-check makes a table of all characters first, which takes long. */
export const anyText: fc.Arbitrary<string> = fc.string({
  unit: fc
    .integer({ min: 0, max: 0x10ffff })
    .filter((point) => point < 0xd800 || point > 0xdfff)
    .map((point) => String.fromCodePoint(point)),
});
