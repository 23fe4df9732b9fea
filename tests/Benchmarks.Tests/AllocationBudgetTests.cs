using System.Reflection;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Benchmarks.Frames;
using Xunit;

namespace Benchmarks.Tests;

/// <summary>An operation of the hot benchmarks allocates no more than benchmarks/budgets.json allows: bytes, counted exactly, without a clock.</summary>
public sealed class AllocationBudgetTests
{
    private const int Operations = 20;
    private const int Rounds = 3;

    private static readonly Type[] Classes =
        [.. typeof(FrameWriterBenchmarks).Assembly.GetExportedTypes().Where(type => type.Name.EndsWith("Benchmarks", StringComparison.Ordinal))];

    private static Dictionary<string, long> Budgets =>
        JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "budgets.json")))!;

    public static TheoryData<string> Names => [.. Budgets.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_operation_allocates_more_than_its_budget(string name)
    {
        var type = Classes.Single(type => type.Name == name.Split('.')[0]);
        var method = type.GetMethod(name.Split('.')[1])!;
        Assert.NotNull(method.GetCustomAttribute<BenchmarkAttribute>());
        foreach (var parameters in Combinations([.. type.GetProperties().Where(property => property.IsDefined(typeof(ParamsAttribute)))]))
        {
            var benchmark = Activator.CreateInstance(type)!;
            foreach (var (property, value) in parameters)
            {
                property.SetValue(benchmark, value);
            }

            foreach (var setup in type.GetMethods().Where(candidate => candidate.IsDefined(typeof(GlobalSetupAttribute))))
            {
                setup.Invoke(benchmark, null);
            }

            var bytes = Least(Operation(benchmark, method)) / (double)Operations;
            var told = string.Join(", ", parameters.Select(parameter => $"{parameter.Property.Name} {parameter.Value}"));
            Assert.True(bytes <= Budgets[name], $"{name}({told}): {bytes} bytes an operation, {Budgets[name]} may be");
            (benchmark as IDisposable)?.Dispose();
        }
    }

    [Fact]
    public void Every_budget_is_one_of_a_benchmark() =>
        Assert.All(Budgets.Keys, name => Assert.Contains(Classes, type => name.StartsWith(type.Name + ".", StringComparison.Ordinal)));

    // Of the thread itself; what is compiled, or cached, at first is not the operation's.
    private static long Least(Action operation)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Operations; i++)
            {
                operation();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static Action Operation(object benchmark, MethodInfo method)
    {
        if (method.ReturnType == typeof(void))
        {
            return method.CreateDelegate<Action>(benchmark);
        }

        if (method.ReturnType == typeof(int))
        {
            var counts = method.CreateDelegate<Func<int>>(benchmark);
            return () => counts();
        }

        var gives = method.CreateDelegate<Func<object>>(benchmark);
        return () => gives();
    }

    private static IEnumerable<(PropertyInfo Property, object? Value)[]> Combinations(PropertyInfo[] properties) =>
        properties.Aggregate(
            Enumerable.Repeat(Array.Empty<(PropertyInfo, object?)>(), 1),
            (all, property) => all.SelectMany(
                _ => property.GetCustomAttribute<ParamsAttribute>()!.Values, (before, value) => ((PropertyInfo, object?)[])[.. before, (property, value)]));
}
