/** The codes of errors that Waybill throws. `docs/errors.md` has an entry for each, with what to do. */
export type WaybillErrorCode =
  | 'WAYBILL_INVALID_CONFIGURATION'
  | 'WAYBILL_INVALID_OPTION'
  | 'WAYBILL_INVALID_POLICY_FILE'
  | 'WAYBILL_NOT_A_WAYBILL'
  | 'WAYBILL_NOT_A_FUNCTION'
  | 'WAYBILL_WRONG_CLIENT'
  | 'WAYBILL_WRONG_MESSAGES'
  | 'WAYBILL_MIDDLEWARE_NEXT_TWICE'
  | 'WAYBILL_MIDDLEWARE_NEXT_LATE'
  | 'WAYBILL_MIDDLEWARE_WITHOUT_NEXT'
  | 'WAYBILL_MIDDLEWARE_ASYNC_ON_SYNC_CALL'
  | 'WAYBILL_EARLIER_MESSAGE_FAILED'
  | CodeOfPackage;

/** A code that another package than core has. */
type CodeOfPackage = `WAYBILL_${string}` & {};

/** The codes of the process warnings of Waybill, of type `WaybillWarning`. `docs/errors.md` has an entry for each. */
export type WarningCode =
  | 'WAYBILL_API_VERSION'
  | 'WAYBILL_NO_PROVIDER'
  | 'WAYBILL_NO_CONTEXT_MANAGER'
  | CodeOfPackage;

/** The codes of what core says through `diag`. `docs/errors.md` has an entry for each. */
export type ReportCode =
  | 'WAYBILL_NO_SDK'
  | 'WAYBILL_TELEMETRY_FAILED'
  | 'WAYBILL_RELATION_FUNCTION_FAILED'
  | 'WAYBILL_OTHER_INSTRUMENTATION'
  | 'WAYBILL_NOT_RECEIVED'
  | 'WAYBILL_TRACED_TWICE'
  | 'WAYBILL_UNKNOWN_ENVELOPE'
  | 'WAYBILL_POLICY_REFUSED'
  | 'WAYBILL_UNKNOWN_SWITCH'
  | 'WAYBILL_UNBOUNDED_NAMES'
  | 'WAYBILL_FLUSH_TIMEOUT'
  | MisuseCode;

/** The codes of mistakes with contexts, which a Waybill with `diagnose` finds. `docs/errors.md` has an entry for each. */
export type MisuseCode =
  | 'WAYBILL_CAPTURED_NOTHING'
  | 'WAYBILL_SPAN_BEFORE_ATTACH'
  | 'WAYBILL_STILL_ATTACHED'
  | 'WAYBILL_TWO_INSTRUMENTATIONS'
  | 'WAYBILL_NEVER_RAN'
  | 'WAYBILL_GROWING_TRACE';
