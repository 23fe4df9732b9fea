namespace LoadTests.Running.Samples;

/// <summary>What a second was like.</summary>
/// <param name="Second">Since the first client, at its end.</param>
/// <param name="Open">Streams then.</param>
/// <param name="Opened">Streams that were opened in it.</param>
/// <param name="Events">Delivered in it.</param>
/// <param name="Reconnects">Attempts to come back in it.</param>
/// <param name="Refused">Attempts that were refused in it.</param>
/// <param name="Cpu">Of the gateway in it, percent of one core; null when the process is not ours.</param>
/// <param name="Megabytes">Resident memory of the gateway then.</param>
/// <param name="Handles">Open files of the gateway then.</param>
internal sealed record Sample(
    double Second, long Open, long Opened, long Events, long Reconnects, long Refused, double? Cpu, double? Megabytes, int? Handles);
