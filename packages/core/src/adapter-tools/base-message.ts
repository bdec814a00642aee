/**
 * What the messages of all clients have in common, those that are sent and those that were delivered. One that is sent extends it;
 * one that was delivered extends {@link BaseIncomingMessage}.
 *
 * @typeParam N the client's own message.
 *
 * @example
 * class QueueOutgoingMessage extends BaseMessage<Message> implements OutgoingMessage {
 *   readonly headers = new HeaderRecord(this.native.headers, plainFormat);
 * }
 */
export abstract class BaseMessage<N> {
  readonly native: N;
  readonly destination: string;
  readonly queueKey: string;

  /**
   * @param native as the caller passed it, or as the client delivered it.
   * @param destination where it goes, or where it came from, as span names spell it.
   * @param queueKey what rules, patterns and metrics go by. Default: the destination.
   */
  constructor(native: N, destination: string, queueKey: string = destination) {
    this.native = native;
    this.destination = destination;
    this.queueKey = queueKey;
  }
}
