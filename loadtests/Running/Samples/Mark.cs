namespace LoadTests.Running.Samples;

/// <summary>A moment worth a line in the pictures.</summary>
internal sealed record Mark(double Second, string What);
