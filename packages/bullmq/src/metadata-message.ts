import { BaseIncomingMessage, type CarrierFault } from '@waybill/core/adapter';
import { MetadataHeaders } from './metadata.ts';

/** A delivered job, whose headers are the JSON in its metadata. */
export abstract class MetadataMessage<N> extends BaseIncomingMessage<N, MetadataHeaders> {
  get carrierFault(): CarrierFault | undefined {
    const { fault } = this.headers;
    return fault && { place: 'telemetry.metadata', reason: fault };
  }

  /** The `telemetry.metadata` of its options. */
  protected abstract get metadata(): unknown;

  protected readHeaders(): MetadataHeaders {
    return new MetadataHeaders(this.metadata);
  }
}
