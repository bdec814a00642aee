export { drawLiveContent, drawLivePage, type LivePageOptions } from './draw-live-page.ts';
export { drawPage, type PageOptions } from './draw-page.ts';
