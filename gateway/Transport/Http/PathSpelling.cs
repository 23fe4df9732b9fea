namespace SseGateway.Transport.Http;

/// <summary>Spellings of a path that one server takes for this and another for that; the first three may be allowed on a route.</summary>
[Flags]
internal enum PathSpelling
{
    None = 0,

    /// <summary><c>%2F</c>: a character of the segment, or the end of it.</summary>
    EncodedSlash = 1,

    /// <summary><c>//</c>: kept, or made one.</summary>
    EmptySegment = 2,

    /// <summary><c>%2561</c>: <c>%61</c>, or for who decodes twice <c>a</c>.</summary>
    DoubleEncoding = 4,

    /// <summary><c>\</c> or <c>%5C</c>: a character, or for Windows a slash.</summary>
    Backslash = 8,

    /// <summary><c>..;x</c>, <c>a%2F..</c>: a name, or the way up for who removes parameters first, or decodes more. Plain dot segments,
    /// encoded ones too, are removed by the server before a route is looked for, and never reach an upstream.</summary>
    DotSegment = 16,

    /// <summary><c>%00</c>: a character, or the end of the path.</summary>
    Nul = 32,

    /// <summary><c>%C0%AF</c>: no UTF-8, or for lenient decoders an ASCII character in more bytes than it has.</summary>
    OverlongUtf8 = 64,

    /// <summary><c>%u002F</c>: no encoding (RFC 3986 section 2.1), or a character for IIS.</summary>
    ForeignEscape = 128,

    /// <summary><c>#</c>: a character, or the end of the path.</summary>
    Fragment = 256,
}
