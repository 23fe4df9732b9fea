using System.Reflection;
using System.Text.RegularExpressions;
using Gateway.Tests.Documentation;
using Microsoft.Extensions.Logging;
using SseGateway;
using Xunit;

namespace Gateway.Tests.Logging;

/// <summary>The table of log lines in docs/operating-log.md is all there is, with the ids, levels, categories and fields of the code.</summary>
public sealed partial class LogTableTests
{
    private const BindingFlags Any = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly string[] Columns = ["Id", "Level", "Category", "Fields", "When"];

    private static readonly (MethodInfo Method, LoggerMessageAttribute Line)[] Lines =
        [.. typeof(GatewayApp).Assembly.GetTypes().SelectMany(type => type.GetMethods(Any))
            .Select(method => (method, method.GetCustomAttribute<LoggerMessageAttribute>()!)).Where(line => line.Item2 is not null)];

    [Fact]
    public void Every_id_is_one_line_alone() => Assert.Empty(Lines.GroupBy(line => line.Line.EventId).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void Names_every_line_and_no_other()
    {
        Assert.True(Lines.Length > 20);
        var rows = DocsTable.Read("operating-log.md", Columns).Select(row => string.Join(" | ", Columns[..4].Select(column => row[column])));

        Assert.Equal(Lines.OrderBy(line => line.Line.EventId).Select(Row), rows);
    }

    [Fact]
    public void An_error_is_a_fault_of_the_gateway_or_a_wrong_setting() => Assert.Equal(
        [121, 131, 163, 181, 195, 204, 207, 208], Lines.Where(line => line.Line.Level >= LogLevel.Error).Select(line => line.Line.EventId).Order());

    private static string Row((MethodInfo Method, LoggerMessageAttribute Line) line)
    {
        var fields = Field().Matches(line.Line.Message).Select(match => match.Groups[1].Value)
            .Concat(line.Method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Exception)) ? ["exception"] : []);
        return $"{line.Line.EventId} | {line.Line.Level} | {line.Method.DeclaringType!.FullName} | {string.Join(", ", fields)}";
    }

    [GeneratedRegex(@"\{(\w+)(?::[^}]*)?\}")]
    private static partial Regex Field();
}
