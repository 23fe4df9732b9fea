namespace ChatBackend.Streams;

internal enum ResumeKind
{
    /// <summary>The client names no cursor.</summary>
    None,

    /// <summary>A message number.</summary>
    Id,

    /// <summary>Something that no stream of this service ever gave out.</summary>
    Unknown,
}
