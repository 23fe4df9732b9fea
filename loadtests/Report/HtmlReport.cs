namespace LoadTests.Report;

internal static class HtmlReport
{
    public static string Of(LoadReport report) => report.Scenario;
}
