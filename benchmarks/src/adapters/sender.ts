/** The trace of messages that no measured sender sent. */
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

/** The span in it that sent them. */
export const SPAN_ID = 'b7ad6b7169203331';
