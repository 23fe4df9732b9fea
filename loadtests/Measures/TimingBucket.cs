using System.Text.Json.Serialization;

namespace LoadTests.Measures;

/// <param name="Microseconds">The value up to which was counted.</param>
/// <param name="Count">How often.</param>
internal readonly record struct TimingBucket([property: JsonPropertyName("us")] long Microseconds, [property: JsonPropertyName("n")] long Count);
