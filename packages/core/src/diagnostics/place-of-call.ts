/** Where the application called into Waybill, as `file:line:column`; `undefined` where that cannot be told. */
export function placeOfCall(): string | undefined {
  const [here = '', ...places] = deepStack().split('\n').slice(1).map(placeIn);
  const ours = packagesOf(here);
  return places.find(
    (place) => !place.startsWith('node:') && place !== '<anonymous>' && !isOurs(place, ours),
  );
}

/** As deep as our own calls go, and some more: ten frames, the default, may all be ours. */
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

/** The folder that this package stands in. */
function packagesOf(here: string): string | undefined {
  return /^(.*[\\/])core[\\/](?:src|dist)[\\/]/.exec(here)?.[1];
}

/** Tests beside our own code are an application to it. */
function isOurs(place: string, packages: string | undefined): boolean {
  if (/[\\/]node_modules[\\/]@waybill[\\/]/.test(place)) return true;
  if (packages === undefined || !place.startsWith(packages)) return false;
  return /^[a-z0-9]+[\\/](?:src|dist)[\\/](?!.*\.test\.)/.test(place.slice(packages.length));
}
