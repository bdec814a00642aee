/** Where the application called into Waybill, as `file:line:column`; `undefined` where that cannot be told. */
export function placeOfCall(): string | undefined {
  const [here = '', ...places] = (new Error().stack ?? '').split('\n').slice(1).map(placeIn);
  const ours = packagesOf(here);
  return places.find(
    (place) => !place.startsWith('node:') && place !== '<anonymous>' && !isOurs(place, ours),
  );
}

/** `at name (file:///a.js:1:2)` as `/a.js:1:2`. */
function placeIn(frame: string): string {
  return frame
    .trim()
    .replace(/^at (?:.* \()?/, '')
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
