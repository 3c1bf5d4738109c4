// Declarations of what the tests in the package use of NUnit 3, which Unity's Test Runner brings.
using System;

namespace NUnit.Framework
{
    [AttributeUsage(AttributeTargets.Method)]
    public class TestAttribute : Attribute { }

    [AttributeUsage(AttributeTargets.Method)]
    public class SetUpAttribute : Attribute { }

    [AttributeUsage(AttributeTargets.Method)]
    public class TearDownAttribute : Attribute { }

    public class Assert
    {
        public static void AreEqual(object expected, object actual) { }
        public static void IsTrue(bool condition) { }
        public static void Ignore(string message) { }
    }
}
