namespace SseGateway.Harness.Catalogue;

/// <summary>How binding a row is (catalogue, section 0.3).</summary>
internal enum Level
{
    Must,
    Should,
    Informational,
}
