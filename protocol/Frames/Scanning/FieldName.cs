namespace SseGateway.Protocol;

/// <summary>The field names of the HTML Standard, 9.2.6. All others are ignored, and so are comments.</summary>
internal enum FieldName
{
    Ignored,
    Data,
    Event,
    Id,
    Retry,
}
