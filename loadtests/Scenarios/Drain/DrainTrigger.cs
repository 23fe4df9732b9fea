namespace LoadTests.Scenarios.Drain;

/// <summary>How a gateway is told to go down.</summary>
internal enum DrainTrigger
{
    Sigterm,

    /// <summary><c>POST /drain</c> on the admin address.</summary>
    Admin,
}
