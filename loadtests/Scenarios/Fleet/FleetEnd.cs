namespace LoadTests.Scenarios.Fleet;

/// <summary>What becomes of the gateway that leads.</summary>
internal enum FleetEnd
{
    /// <summary>SIGKILL, and a new one.</summary>
    Kill,

    /// <summary>SIGTERM, for which it drains, and a new one.</summary>
    Sigterm,

    /// <summary>SIGSTOP for longer than its lease, and SIGCONT: it believes that it leads.</summary>
    Sleep,
}
