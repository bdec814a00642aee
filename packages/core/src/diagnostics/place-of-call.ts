/** Where the application called into Waybill, as `file:line:column`; `undefined` if unknown. */
export function placeOfCall(): string | undefined {
  const [here = '', ...places] = deepStack().split('\n').slice(1).map(placeIn);
  const ours = packagesOf(here);
  return places.find(
    (place) => !place.startsWith('node:') && place !== '<anonymous>' && !isOurCode(place, ours),
  );
}

/** Deeper than our own calls: the default of ten frames may be all ours. */
function deepStack(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return stack;
}

/** `at name (file:///a.js:1:2)` as `/a.js:1:2`. */
function placeIn(frame: string): string {
  return frame
    .trim()
    .replace(/^at (?:.* \(|async )?/, '')
    .replace(/\)$/, '')
    .replace(/^file:\/\//, '');
}

/** The folder of this package. */
function packagesOf(here: string): string | undefined {
  return /^(.*[\\/])core[\\/](?:src|dist)[\\/]/.exec(here)?.[1];
}

/** Tests beside our own code count as an application. */
function isOurCode(place: string, packages: string | undefined): boolean {
  if (/[\\/]node_modules[\\/]@waybill[\\/]/.test(place)) return true;
  if (packages === undefined || !place.startsWith(packages)) return false;
  return /^[a-z0-9]+[\\/](?:src|dist)[\\/](?!.*\.test\.)/.test(place.slice(packages.length));
}
