export { holdDaemon } from './daemon.ts';
export { findDocker } from './find-docker.ts';
export { provideImage } from './provide-image.ts';
