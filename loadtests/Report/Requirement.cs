namespace LoadTests.Report;

/// <param name="What">Is required.</param>
/// <param name="Holds">Whether it does.</param>
/// <param name="Measured">From which that is seen.</param>
internal sealed record Requirement(string What, bool Holds, string Measured)
{
    public override string ToString() => $"{(Holds ? "holds " : "MISSED")}  {What}: {Measured}";
}
