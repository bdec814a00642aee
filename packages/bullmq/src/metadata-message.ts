import {
  BaseIncomingMessage,
  type CarrierFault,
  HeaderReader,
  type ReadableHeaders,
} from '@waybill/core/adapter';
import { type Metadata, metadataFormat, readMetadata } from './metadata.ts';

/** A delivered job, whose headers are the JSON in its metadata. */
export abstract class MetadataMessage<N> extends BaseIncomingMessage<N> {
  #read: Metadata | undefined;

  get carrierFault(): CarrierFault | undefined {
    const { fault } = this.#metadata;
    return fault && { place: 'telemetry.metadata', reason: fault };
  }

  /** The `telemetry.metadata` of its options. */
  protected abstract get metadata(): unknown;

  protected readHeaders(): ReadableHeaders {
    return new HeaderReader(this.#metadata.headers, metadataFormat);
  }

  get #metadata(): Metadata {
    this.#read ??= readMetadata(this.metadata);
    return this.#read;
  }
}
