namespace LoadTests.Report;

/// <summary>What a scenario requires, and what was measured.</summary>
internal sealed class Requirements
{
    private readonly List<Requirement> _all = [];

    public IReadOnlyList<Requirement> All => _all;

    public bool Hold => _all.TrueForAll(requirement => requirement.Holds);

    public Requirements Add(string what, bool holds, string measured)
    {
        _all.Add(new Requirement(what, holds, measured));
        return this;
    }

    public void Print()
    {
        Console.WriteLine();
        foreach (var requirement in _all)
        {
            Console.WriteLine(requirement);
        }
    }
}
